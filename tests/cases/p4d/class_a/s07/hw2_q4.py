import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, h=8):
        super(Net, self).__init__()
        self.W1 = nn.Parameter(torch.randn(h, 1))
        self.b1 = nn.Parameter(torch.randn(h))
        self.W2 = nn.Parameter(torch.randn(1, h))
        self.b2 = nn.Parameter(torch.randn(1))

    def forward(self, x):
        self.z1 = (self.W1 @ x) + self.b1
        self.a1 = torch.relu(self.z1)
        return self.W2 @ self.a1 + self.b2 + x

    def manual_backward(self, x, y, y_hat):
        # formulas from 4(b), L = 1/2 (y_hat - y)^2
        with torch.no_grad():
            e = y_hat - y
            self.m_b2 = e
            self.m_W2 = e * self.a1.unsqueeze(0)
            dz = self.W2.squeeze(0) * e * (self.z1 > 0)
            self.m_b1 = dz
            self.m_W1 = (dz * x).unsqueeze(1)
            self.m_x = e + torch.dot(dz, self.W1.squeeze(1))


if __name__ == '__main__':
    torch.manual_seed(7)
    net = Net()
    criterion = nn.MSELoss()
    x = torch.randn(1, requires_grad=True)
    y = torch.randn(1)
    out = net(x)
    loss = criterion(out, y)
    loss.backward()
    net.manual_backward(x, y, out)

    for n in ['W1', 'b1', 'W2', 'b2']:
        auto = getattr(net, n).grad
        man = getattr(net, 'm_' + n)
        print(n, '\n  autograd:', auto.flatten().tolist(), '\n  manual:  ', man.flatten().tolist())
    print('x', '\n  autograd:', x.grad.tolist(), '\n  manual:  ', net.m_x.tolist())

# Discussion: every autograd gradient is about two times larger than the manual one. The direction
# of the gradients is the same so the formulas are correct, the scale gets absorbed in the learning rate.
