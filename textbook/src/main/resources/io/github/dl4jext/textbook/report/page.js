// Marks in the contents where the reader is.
(() => {
  const links = [...document.querySelectorAll('nav a')];
  const parts = links.map(link => document.getElementById(link.hash.slice(1)));
  const nav = document.querySelector('nav');
  let current = null;
  const mark = () => {
    // On a narrow screen the contents leave out the experiments.
    const passed = links.map((link, i) => i).filter(i => links[i].offsetParent !== null)
        .reduce((last, i) => parts[i].getBoundingClientRect().top > 120 ? last : i, 0);
    if (links[passed] === current) return;
    current?.removeAttribute('aria-current');
    current = links[passed];
    current.setAttribute('aria-current', 'location');
    const box = current.getBoundingClientRect();
    const room = nav.getBoundingClientRect();
    nav.scrollBy({ left: box.left - room.left - 16, top: box.top - room.top - room.height / 2 });
  };
  addEventListener('scroll', mark, { passive: true });
  addEventListener('resize', mark);
  mark();
})();
