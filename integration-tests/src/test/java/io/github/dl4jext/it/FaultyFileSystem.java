package io.github.dl4jext.it;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * The disk, until the n-th operation on it fails. Operations are counted: opening, reading,
 * writing, forcing, truncating, moving, deleting, making and listing folders. A write that fails
 * has written half of its bytes, as on a full disk.
 *
 * <p>Either the one operation fails and the program lives on, or all that follow fail too: what is
 * then on the disk is what a kill at that moment leaves.
 */
final class FaultyFileSystem extends FileSystem {

  private final FileSystem disk;
  private final Provider provider;
  private int operations;
  private int failing;
  private boolean forGood;

  private FaultyFileSystem(FileSystem disk) {
    this.disk = disk;
    this.provider = new Provider();
  }

  /** A folder of the disk, on a file system that does not fail yet. */
  static Path over(Path folder) {
    return new FaultyFileSystem(folder.getFileSystem()).wrapped(folder.toAbsolutePath());
  }

  /** From now on the n-th operation fails, counted from 1; 0 for none. */
  static void failAt(Path path, int operation, boolean forGood) {
    FaultyFileSystem faulty = (FaultyFileSystem) path.getFileSystem();
    faulty.operations = 0;
    faulty.failing = operation;
    faulty.forGood = forGood;
  }

  /** How many operations there were since the last {@link #failAt}. */
  static int operations(Path path) {
    return ((FaultyFileSystem) path.getFileSystem()).operations;
  }

  private boolean fails() {
    operations++;
    return operations == failing || (forGood && failing > 0 && operations > failing);
  }

  private void count() throws IOException {
    if (fails()) {
      throw new IOException("No space left on device");
    }
  }

  /** Paths differ from the disk's in their file system alone. */
  private Path wrapped(Path path) {
    return (Path)
        Proxy.newProxyInstance(
            FaultyFileSystem.class.getClassLoader(),
            new Class<?>[] {Path.class, Wrapper.class},
            (proxy, method, arguments) -> invoke(path, method, arguments));
  }

  private Object invoke(Path path, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("getFileSystem")) {
      return this;
    }
    if (method.getName().equals("behind")) {
      return path;
    }
    Object[] plain = arguments == null ? new Object[0] : arguments.clone();
    for (int i = 0; i < plain.length; i++) {
      plain[i] = plain[i] instanceof Path other ? behind(other) : plain[i];
    }
    try {
      Object result = method.invoke(path, plain);
      return result instanceof Path other ? wrapped(other) : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Gives the disk's path. */
  interface Wrapper {
    Path behind();
  }

  private static Path behind(Path path) {
    return path instanceof Wrapper wrapper ? wrapper.behind() : path;
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() {}

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return disk.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return disk.getFileStores();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return disk.supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return wrapped(disk.getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String pattern) {
    PathMatcher matcher = disk.getPathMatcher(pattern);
    return path -> matcher.matches(behind(path));
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return disk.getUserPrincipalLookupService();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException();
  }

  private final class Provider extends FileSystemProvider {

    private final FileSystemProvider under = disk.provider();

    @Override
    public String getScheme() {
      return "faulty";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      return FaultyFileSystem.this;
    }

    @Override
    public Path getPath(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      count();
      return new Channel(under.newFileChannel(behind(path), options, attributes));
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
      count();
      DirectoryStream<Path> stream =
          under.newDirectoryStream(behind(folder), path -> filter.accept(wrapped(path)));
      return new DirectoryStream<>() {
        @Override
        public Iterator<Path> iterator() {
          Iterator<Path> paths = stream.iterator();
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              return paths.hasNext();
            }

            @Override
            public Path next() {
              return wrapped(paths.next());
            }
          };
        }

        @Override
        public void close() throws IOException {
          stream.close();
        }
      };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
      count();
      under.createDirectory(behind(folder), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
      count();
      under.delete(behind(path));
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) throws IOException {
      count();
      under.copy(behind(from), behind(to), options);
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
      count();
      under.move(behind(from), behind(to), options);
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
      return under.isSameFile(behind(one), behind(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
      return under.isHidden(behind(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
      return under.getFileStore(behind(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      under.checkAccess(behind(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      return under.getFileAttributeView(behind(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      return under.readAttributes(behind(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
        throws IOException {
      return under.readAttributes(behind(path), names, options);
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options)
        throws IOException {
      count();
      under.setAttribute(behind(path), name, value, options);
    }
  }

  private final class Channel extends FileChannel {

    private final FileChannel under;

    Channel(FileChannel under) {
      this.under = under;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      count();
      return under.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
      count();
      return under.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      count();
      return under.read(target, position);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      if (fails()) {
        under.write(source.slice(source.position(), source.remaining() / 2));
        throw new IOException("No space left on device");
      }
      return under.write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
      count();
      return under.write(sources, offset, length);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      count();
      return under.write(source, position);
    }

    @Override
    public long position() throws IOException {
      return under.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      under.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return under.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      count();
      under.truncate(size);
      return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
      count();
      under.force(metaData);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
        throws IOException {
      count();
      return under.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count)
        throws IOException {
      count();
      return under.transferFrom(source, position, count);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
      count();
      return under.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
      return under.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return under.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      under.close();
    }
  }
}
