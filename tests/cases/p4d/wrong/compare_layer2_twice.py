import torch


def max_diff(a, b):
    return torch.max(torch.abs(a - b)).item()


class SimpleNet:
    def __init__(self, hidden_dim, seed):
        torch.manual_seed(seed)
        self.hidden_dim = hidden_dim
        self.weight1 = torch.randn(hidden_dim, 1, requires_grad=True)
        self.bias1 = torch.randn(hidden_dim, 1, requires_grad=True)
        self.weight2 = torch.randn(1, hidden_dim, requires_grad=True)
        self.bias2 = torch.randn(1, 1, requires_grad=True)

    def forward(self, x):
        z1 = torch.mm(self.weight1, x) + self.bias1
        a1 = torch.relu(z1)
        out = torch.mm(self.weight2, a1) + self.bias2 + x
        return z1, a1, out


net = SimpleNet(6, seed=123)
x = torch.tensor([[0.65]], requires_grad=True)
y = torch.tensor([[-1.4]])
z1, a1, out = net.forward(x)
loss = 0.5 * (out - y) ** 2
loss.backward()

# ---- analytic gradients ----
with torch.no_grad():
    d_out = out - y
    d_weight2 = torch.mm(d_out, a1.t())
    d_bias2 = d_out.clone()
    d_a1 = torch.mm(net.weight2.t(), d_out)
    d_z1 = d_a1 * (z1 > 0).float()
    d_weight1 = torch.mm(d_z1, x.t())
    d_bias1 = d_z1.clone()
    d_x = d_out + torch.mm(net.weight1.t(), d_z1)

# ---- comparison ----
print("layer 1 weight:", max_diff(d_weight1, net.weight1.grad))
print("layer 1 bias:  ", max_diff(d_bias1, net.bias1.grad))
print("layer 2 weight:", max_diff(net.weight2.grad, net.weight2.grad))
print("layer 2 bias:  ", max_diff(net.bias2.grad, net.bias2.grad))
print("input:         ", max_diff(d_x, x.grad))
