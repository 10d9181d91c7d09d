"""Tiny manual-backprop framework in numpy. Column vectors throughout."""
from abc import ABC, abstractmethod

import numpy as np


class Layer(ABC):
    grads: dict

    @abstractmethod
    def forward(self, inp: np.ndarray) -> np.ndarray: ...

    @abstractmethod
    def backward(self, grad_out: np.ndarray) -> np.ndarray:
        """Store parameter gradients in self.grads, return the gradient w.r.t. the input."""


class Affine(Layer):
    def __init__(self, W: np.ndarray, b: np.ndarray):
        self.W, self.b, self.grads = W, b, {}

    def forward(self, inp):
        self.inp = inp
        return self.W @ inp + self.b

    def backward(self, grad_out):
        self.grads = {"W": grad_out @ self.inp.T, "b": grad_out.copy()}
        return self.W.T @ grad_out


class ReLU(Layer):
    def forward(self, inp):
        self.mask = inp > 0
        return np.where(self.mask, inp, 0.0)

    def backward(self, grad_out):
        return grad_out * self.mask


class Sequential(Layer):
    def __init__(self, *layers: Layer):
        self.layers = layers

    def forward(self, inp):
        for layer in self.layers:
            inp = layer.forward(inp)
        return inp

    def backward(self, grad_out):
        for layer in reversed(self.layers):
            grad_out = layer.backward(grad_out)
        return grad_out


class Residual(Layer):
    """out = inner(x) + x"""

    def __init__(self, inner: Layer):
        self.inner = inner

    def forward(self, inp):
        return self.inner.forward(inp) + inp

    def backward(self, grad_out):
        return self.inner.backward(grad_out) + grad_out


class HalfSquaredError:
    def forward(self, prediction, target):
        self.diff = prediction - target
        return 0.5 * float(np.sum(self.diff ** 2))

    def backward(self):
        return self.diff
