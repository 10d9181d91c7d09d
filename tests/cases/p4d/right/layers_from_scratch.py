# Layers in the style of "Deep Learning from Scratch", checked against PyTorch.
import numpy as np
import torch


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.inp = None
        self.dW = None
        self.db = None

    def forward(self, inp):
        self.inp = inp
        return np.dot(inp, self.W) + self.b

    def backward(self, dout):
        self.dW = np.dot(self.inp.T, dout)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T)


class Relu:
    def forward(self, z):
        self.mask = (z <= 0)
        out = z.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout = dout.copy()
        dout[self.mask] = 0
        return dout


class HalfSquaredLoss:
    def forward(self, y, t):
        self.y, self.t = y, t
        return 0.5 * np.sum((y - t) ** 2)

    def backward(self, dout=1.0):
        return dout * (self.y - self.t)


class SkipTwoLayerNet:
    def __init__(self, hidden, rng):
        self.affine1 = Affine(rng.standard_normal((1, hidden)), rng.standard_normal(hidden))
        self.relu = Relu()
        self.affine2 = Affine(rng.standard_normal((hidden, 1)), rng.standard_normal(1))
        self.last = HalfSquaredLoss()

    def loss(self, x, t):
        h = self.relu.forward(self.affine1.forward(x))
        y = self.affine2.forward(h) + x
        return self.last.forward(y, t)

    def gradient(self, x, t):
        self.loss(x, t)
        dy = self.last.backward()
        dx_path = self.affine1.backward(self.relu.backward(self.affine2.backward(dy)))
        return {
            "W1": self.affine1.dW, "b1": self.affine1.db,
            "W2": self.affine2.dW, "b2": self.affine2.db,
            "x": dx_path + dy,
        }


def torch_gradient(net, x, t):
    W1 = torch.from_numpy(net.affine1.W).clone().requires_grad_()
    b1 = torch.from_numpy(net.affine1.b).clone().requires_grad_()
    W2 = torch.from_numpy(net.affine2.W).clone().requires_grad_()
    b2 = torch.from_numpy(net.affine2.b).clone().requires_grad_()
    xt = torch.from_numpy(x).clone().requires_grad_()
    y = torch.relu(xt @ W1 + b1) @ W2 + b2 + xt
    (0.5 * (y - torch.from_numpy(t)) ** 2).sum().backward()
    return {"W1": W1.grad, "b1": b1.grad, "W2": W2.grad, "b2": b2.grad, "x": xt.grad}


rng = np.random.default_rng(5)
net = SkipTwoLayerNet(hidden=12, rng=rng)
x = rng.standard_normal((1, 1))
t = rng.standard_normal((1, 1))

grad_backprop = net.gradient(x, t)
grad_autograd = torch_gradient(net, x, t)
for key in grad_backprop.keys():
    diff = np.average(np.abs(grad_backprop[key] - grad_autograd[key].numpy()))
    print(key + ":" + str(diff))
