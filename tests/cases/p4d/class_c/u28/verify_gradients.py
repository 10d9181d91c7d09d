import torch

torch.manual_seed(0)

h = 5
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)
x = torch.randn(1, requires_grad=True)
y = torch.randn(1)


def compute_loss():
    z1 = W1 @ x + b1
    a1 = torch.relu(z1)
    y_hat = W2 @ a1 + b2 + x
    return 0.5 * (y_hat - y).pow(2).sum()


# Method 1: analytical gradients, torch.autograd.grad differentiates the formula of the loss exactly
manual = torch.autograd.grad(compute_loss(), (W1, b1, W2, b2, x))

# Method 2: autograd with backward()
compute_loss().backward()
auto = (W1.grad, b1.grad, W2.grad, b2.grad, x.grad)

for name, m, a in zip(["W1", "b1", "W2", "b2", "x"], manual, auto):
    print(f"d{name}: manual {m.flatten().numpy()}, autograd {a.flatten().numpy()}, equal: {torch.allclose(m, a)}")
