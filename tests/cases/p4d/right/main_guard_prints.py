import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, h):
        super(Net, self).__init__()
        self.W1 = nn.Parameter(torch.randn(h, 1))
        self.b1 = nn.Parameter(torch.randn(h))
        self.W2 = nn.Parameter(torch.randn(1, h))
        self.b2 = nn.Parameter(torch.randn(1))

    def forward(self, x):
        z1 = F.linear(x, self.W1, self.b1)
        a1 = F.relu(z1)
        return F.linear(a1, self.W2, self.b2) + x


def main():
    torch.manual_seed(1)
    net = Net(4)
    x = torch.randn(1, requires_grad=True)
    y = torch.randn(1)

    out = net(x)
    loss = ((out - y) ** 2).sum()
    loss.backward()

    # analytical, L = (yhat - y)^2 so there is a 2 in front of everything
    z1 = net.W1.squeeze() * x + net.b1
    a1 = F.relu(z1)
    s = (z1 > 0).float()
    e2 = 2 * (out - y)
    db2 = e2
    dW2 = e2 * a1
    dW1 = e2 * net.W2.squeeze() * s * x
    db1 = e2 * net.W2.squeeze() * s
    dx = e2 * (1 + (net.W2.squeeze() * s * net.W1.squeeze()).sum())

    print("==== dL/db2 ====")
    print("autograd  :", net.b2.grad.tolist())
    print("analytical:", db2.tolist())
    print("==== dL/dW2 ====")
    print("autograd  :", net.W2.grad.tolist())
    print("analytical:", dW2.tolist())
    print("==== dL/dW1 ====")
    print("autograd  :", net.W1.grad.tolist())
    print("analytical:", dW1.tolist())
    print("==== dL/db1 ====")
    print("autograd  :", net.b1.grad.tolist())
    print("analytical:", db1.tolist())
    print("==== dL/dx ====")
    print("autograd  :", x.grad.tolist())
    print("analytical:", dx.tolist())


if __name__ == '__main__':
    main()
