"""The bot without TensorFlow: not loaded, and honest when somebody wants it."""

import os
import subprocess
import sys

import pytest

from bot import stand_ins
from bot.stand_ins import NotInThisBot, _Empty
from bot.train import ROOT


def test_the_server_loads_neither_tensorflow_nor_scikit_learn() -> None:
    program = """
import sys
from bot import stand_ins
stand_ins.install(stand_ins.SERVING)
import bot.server
real = [n for n in stand_ins.SERVING if getattr(sys.modules.get(n), "__file__", None)]
print(real)
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=ROOT,
        env={**os.environ, "SQLALCHEMY_SILENCE_UBER_WARNING": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_a_stand_in_can_be_derived_from_and_not_used() -> None:
    tensorflow = _Empty("tensorflow")

    class Layer(tensorflow.keras.layers.Layer):
        pass

    with pytest.raises(NotInThisBot, match="tensorflow"):
        tensorflow.constant(1)
    with pytest.raises(NotInThisBot):
        Layer()


def test_a_library_that_is_loaded_already_stays_real() -> None:
    before = list(sys.meta_path)
    try:
        stand_ins.install(["json", "no_such_library"])
        assert sys.meta_path[0].names == {"no_such_library"}
    finally:
        sys.meta_path[:] = before
