"""When Keras stops, which epoch is its best, and whose weights it leaves. Prints early_stopping.csv.

KERAS_BACKEND=jax python3 early_stopping.py > early_stopping.csv    (written with Keras 3.15.1)

Keras's own callback is driven as fit() drives it; the "weights" of an epoch are its number. No case begins with NaN:
there Keras 3 takes NaN for the best and never improves on it.
"""
import random

from keras.callbacks import EarlyStopping


class Model:
    stop_training = False
    weights = None

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights


def run(values, **options):
    model, callback = Model(), EarlyStopping(monitor="value", **options)
    callback.set_model(model)
    callback.on_train_begin()
    epochs = 0
    for epoch, value in enumerate(values):
        model.weights = epoch
        callback.on_epoch_end(epoch, {"value": value})
        epochs += 1
        if model.stop_training:
            break
    callback.on_train_end()
    return epochs, model.stop_training, callback.best_epoch, callback.best, model.weights


random.seed(11)
print("mode,patience,minDelta,baseline,startFromEpoch,restore,values,epochs,stopped,bestEpoch,best,weights")
for case in range(200):
    mode = random.choice(["min", "max"])
    options = dict(
        mode=mode,
        patience=random.choice([0, 0, 1, 2, 3, 5]),
        min_delta=random.choice([0, 0, 0.25, 1]),
        baseline=random.choice([None, None, 2.0, 4.5]),
        start_from_epoch=random.choice([0, 0, 1, 3]),
        restore_best_weights=random.choice([True, False]),
    )
    values = [random.choice([0.5, 1, 1.5, 2, 2.5, 3, 4, 5]) for _ in range(random.choice([4, 8, 12]))]
    for i in range(options["start_from_epoch"] + 1, len(values)):
        if random.random() < 0.06:
            values[i] = float("nan")
    epochs, stopped, best_epoch, best, weights = run(values, **options)
    print(mode, options["patience"], options["min_delta"], options["baseline"], options["start_from_epoch"],
          options["restore_best_weights"], " ".join(map(str, values)).replace("nan", "NaN"), epochs, stopped, best_epoch, best, weights,
          sep=",")
