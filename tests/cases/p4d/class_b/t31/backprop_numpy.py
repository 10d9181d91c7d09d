"""
Backprop for the skip MLP, checked numerically.
"""
import numpy as np


class SkipNetwork:
    def __init__(self, h, rng):
        self.params = {'W1': rng.normal(size=(h, 1)), 'b1': rng.normal(size=(h, 1)),
                       'W2': rng.normal(size=(1, h)), 'b2': rng.normal(size=(1, 1))}

    def loss(self, x, y):
        p = self.params
        self.z1 = p['W1'] @ x + p['b1']
        self.a1 = np.maximum(self.z1, 0)
        self.yhat = p['W2'] @ self.a1 + p['b2'] + x
        return 0.5 * ((self.yhat - y) ** 2).item()

    def gradients(self, x, y):
        p = self.params
        self.loss(x, y)
        e = self.yhat - y
        dz1 = (p['W2'].T @ e) * (self.z1 > 0)
        return {'W1': dz1 @ x.T, 'b1': dz1, 'W2': e @ self.a1.T, 'b2': e, 'x': e + p['W1'].T @ dz1}


def numerical_gradient(f, arr, eps=1e-6):
    g = np.zeros_like(arr)
    for idx in np.ndindex(*arr.shape):
        keep = arr[idx]
        arr[idx] = keep + eps
        up = f()
        arr[idx] = keep - eps
        down = f()
        arr[idx] = keep
        g[idx] = (up - down) / (2 * eps)
    return g


if __name__ == '__main__':
    rng = np.random.default_rng(3)
    net = SkipNetwork(5, rng)
    x, y = rng.normal(size=(1, 1)), rng.normal(size=(1, 1))
    analytic = net.gradients(x, y)
    for name, arr in {**net.params, 'x': x}.items():
        num = numerical_gradient(lambda: net.loss(x, y), arr)
        print(f'd{name}: relative difference {np.linalg.norm(num - analytic[name]) / np.linalg.norm(num + analytic[name]):.2e}')

# The differences are below 1e-7 so the backpropagation is correct. (I could not get PyTorch to install on my laptop.)
