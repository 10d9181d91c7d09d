import torch
import torch.nn as nn

class Net(nn.Module):
    def __init__(self, h=10):
        super(Net, self).__init__()
        self.W1 = nn.Parameter(torch.randn(h, 1))
        self.b1 = nn.Parameter(torch.randn(h))
        self.W2 = nn.Parameter(torch.randn(1, h))
        self.b2 = nn.Parameter(torch.randn(1))

    def forward(self, x):
        self.z1 = self.W1 @ x + self.b1
        self.a1 = torch.relu(self.z1)
        return self.W2 @ self.a1 + self.b2 + x

    def manual_gradients(self, x, y_hat, y):
        e = y_hat - y
        s = (self.z1 > 0).float()
        self.gW2 = torch.outer(e, self.a1)
        self.gb2 = e
        self.gb1 = (self.W2.t() @ e) * s
        self.gW1 = self.gb1.view(-1, 1)
        self.gx = e * (1 + self.W2 @ (s.view(-1, 1) * self.W1)).view(-1)


def check(name, a, b):
    d = torch.max(torch.abs(a - b)).item()
    print(name, "max diff =", d)


if __name__ == '__main__':
    torch.manual_seed(8)
    model = Net()
    x = torch.tensor([1.2], requires_grad=True)
    y = torch.tensor([0.5])
    y_hat = model(x)
    loss = 0.5 * (y_hat - y) ** 2
    loss.backward()
    with torch.no_grad():
        model.manual_gradients(x, y_hat, y)
    check('b2', model.b2.grad, model.gb2)
    check('W2', model.W2.grad, model.gW2)
    check('W1', model.W1.grad, model.gW1)
    check('b1', model.b1.grad, model.gb1)
    check('x ', x.grad, model.gx)
