# 4d: no matrix library for the analytical part, only Python lists (list of lists = h x 1 and 1 x h)
import torch


class SkipNet:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    def __call__(self, x):
        self.x = x
        self.z1 = [row[0] * x + b for row, b in zip(self.W1, self.b1)]
        self.a1 = [z if z > 0 else 0.0 for z in self.z1]
        self.y_hat = sum(w * a for w, a in zip(self.W2[0], self.a1)) + self.b2 + x
        return self.y_hat


class Loss:
    def __init__(self, net):
        self.net = net

    def __call__(self, x, y):
        return (self.net(x) - y) ** 2


class Gradient:
    """grad = Gradient(loss); grad(x, y) gives the derivatives of the loss from 4(b)"""

    def __init__(self, loss):
        self.loss = loss

    def __call__(self, x, y):
        self.loss(x, y)
        n = self.loss.net
        d = 2 * (n.y_hat - y)
        out = {'b2': d, 'W2': [[]], 'W1': [], 'b1': [], 'x': d}
        for k in range(len(n.b1)):
            out['W2'][0].append(d * n.a1[k])
            if n.z1[k] > 0:
                out['b1'].append(d * n.W2[0][k])
                out['W1'].append([d * n.W2[0][k] * x])
                out['x'] += d * n.W2[0][k] * n.W1[k][0]
            else:
                out['b1'].append(0.0)
                out['W1'].append([0.0])
        return out


W1 = [[1.2], [-0.5], [0.3], [-2.0]]
b1 = [0.1, 0.4, -1.5, 0.7]
W2 = [[0.6, -1.1, 0.9, 0.25]]
b2 = -0.3

grad = Gradient(Loss(SkipNet(W1, b1, W2, b2)))

for x, y in [(0.7, 1.0), (-1.9, 0.2), (3.1, -2.0)]:
    mine = grad(x, y)

    tp = {'W1': torch.tensor(W1), 'b1': torch.tensor(b1), 'W2': torch.tensor(W2), 'b2': torch.tensor(b2), 'x': torch.tensor(x)}
    for t in tp.values():
        t.requires_grad_(True)
    pred = (tp['W2'] @ torch.relu(tp['W1'] * tp['x'] + tp['b1'].unsqueeze(1))).squeeze() + tp['b2'] + tp['x']
    torch.nn.MSELoss()(pred, torch.tensor(y)).backward()

    print(f'x={x}, y={y}')
    for k in mine:
        m, a = torch.tensor(mine[k]), tp[k].grad
        print(f'  {k:2} mine {m.flatten().tolist()}')
        print(f'     auto {a.flatten().tolist()}')
        print(f'     close: {bool(torch.isclose(m, a, rtol=1e-4, atol=1e-5).all())}')
