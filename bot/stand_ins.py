"""Stand-ins for the big libraries that Rasa imports and this bot never calls.

`install(NAMES)` must run before the first `import rasa`. From then on `import tensorflow`
gives a module without content: any class of it can be named and derived from (that is all
Rasa does while it is imported), and using one raises `NotInThisBot`.

Why: no component of config.yml uses TensorFlow, yet importing rasa 3.6.21 loads it.
Measured (resident memory and CPU of importing Rasa's server): 534 MiB and 25 s with the
real libraries, 140 MiB and 8 s with these stand-ins.
"""

import importlib.abc
import importlib.machinery
import sys
import types
from abc import ABCMeta
from collections.abc import Iterable
from typing import Any, NoReturn

SERVING = (
    "tensorflow",
    "tensorflow_addons",
    "tensorflow_hub",
    "tensorflow_text",
    "keras",
    "jax",
    "sklearn",
    "matplotlib",
)
TRAINING = tuple(name for name in SERVING if name != "sklearn")


class NotInThisBot(RuntimeError):
    """Something tried to use a library that is replaced by a stand-in."""


class _Name(ABCMeta):
    """The type of every stand-in: has any attribute, makes no instance."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(f"{cls.__name__}.{name}")

    def __call__(cls, *_given: Any, **_named: Any) -> NoReturn:
        raise NotInThisBot(
            f"{cls.__name__} is not loaded: bot/stand_ins.py replaces it. A pipeline that "
            f"needs it must take its library out of that list."
        )


def _stand_in(name: str) -> Any:
    return _Name(name, (object,), {})


class _Empty(types.ModuleType):
    """A module that has every name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = _stand_in(f"{self.__name__}.{name}")
        setattr(self, name, value)
        return value


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)

    def find_spec(
        self, fullname: str, path: Any, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in self.names:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Empty(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        return None


def install(names: Iterable[str]) -> None:
    """Put the stand-ins in front of the real libraries named; loaded ones stay real."""
    sys.meta_path.insert(0, _Finder(name for name in names if name not in sys.modules))
