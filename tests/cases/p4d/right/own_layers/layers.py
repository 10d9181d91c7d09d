"""Small layer library (CS231n style): each layer remembers what backward needs."""
import torch


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, inp):
        self.inp = inp
        return inp @ self.W.T + self.b

    def backward(self, dout):
        self.dW = dout.T @ self.inp
        self.db = dout.sum(dim=0)
        return dout @ self.W


class ReLU:
    def forward(self, inp):
        self.on = inp > 0
        return inp * self.on

    def backward(self, dout):
        return dout * self.on


class HalfSquaredError:
    def forward(self, pred, target):
        self.diff = pred - target
        return 0.5 * (self.diff ** 2).sum()

    def backward(self):
        return self.diff


class ResidualMLP:
    """y = affine2(relu(affine1(x))) + x"""

    def __init__(self, W1, b1, W2, b2):
        self.fc1, self.act, self.fc2 = Affine(W1, b1), ReLU(), Affine(W2, b2)

    def forward(self, x):
        return self.fc2.forward(self.act.forward(self.fc1.forward(x))) + x

    def backward(self, dout):
        branch = self.fc1.backward(self.act.backward(self.fc2.backward(dout)))
        return branch + dout
