# coding: utf-8
# 「ゼロから作るDeep Learning」風のレイヤ実装で解析的勾配を計算し、PyTorchのautogradと比較する
import numpy as np
import torch


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.x = None
        self.dW = None
        self.db = None

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W.T) + self.b

    def backward(self, dout):
        dx = np.dot(dout, self.W)
        self.dW = np.dot(dout.T, self.x)
        self.db = np.sum(dout, axis=0)
        return dx


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout = dout.copy()
        dout[self.mask] = 0
        return dout


class SquaredLoss:
    def forward(self, yhat, t):
        self.diff = yhat - t
        return 0.5 * np.sum(self.diff ** 2)

    def backward(self):
        return self.diff


class SkipNet:
    def __init__(self, h, rng):
        self.params = {
            'W1': rng.standard_normal((h, 1)), 'b1': rng.standard_normal(h),
            'W2': rng.standard_normal((1, h)), 'b2': rng.standard_normal(1),
        }
        self.affine1 = Affine(self.params['W1'], self.params['b1'])
        self.relu = Relu()
        self.affine2 = Affine(self.params['W2'], self.params['b2'])
        self.last = SquaredLoss()

    def loss(self, x, t):
        out = self.affine2.forward(self.relu.forward(self.affine1.forward(x)))
        return self.last.forward(out + x, t)      # スキップ結合

    def gradient(self, x, t):
        self.loss(x, t)
        dout = self.last.backward()
        dskip = dout                               # スキップ側
        dmain = self.affine1.backward(self.relu.backward(self.affine2.backward(dout)))
        return {
            'W1': self.affine1.dW, 'b1': self.affine1.db,
            'W2': self.affine2.dW, 'b2': self.affine2.db,
            'x': dmain + dskip,
        }


if __name__ == '__main__':
    rng = np.random.default_rng(1)
    net = SkipNet(7, rng)
    x = np.array([[0.9]])
    t = np.array([[-0.5]])
    grads = net.gradient(x, t)

    # PyTorch
    p = {k: torch.tensor(v, requires_grad=True) for k, v in net.params.items()}
    xt = torch.tensor(x, requires_grad=True)
    hidden = torch.relu(xt @ p['W1'].T + p['b1'])
    yhat = hidden @ p['W2'].T + p['b2'] + xt
    L = 0.5 * torch.sum((yhat - torch.tensor(t)) ** 2)
    L.backward()
    p['x'] = xt

    for key in grads:
        diff = np.average(np.abs(grads[key] - p[key].grad.numpy()))
        print(key + ': ' + str(diff))
