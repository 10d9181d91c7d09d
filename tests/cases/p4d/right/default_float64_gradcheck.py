import torch
from torch.autograd import gradcheck

torch.set_default_dtype(torch.float64)
torch.manual_seed(11)

h = 100
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)


def L(W1, b1, W2, b2, x):
    yhat = torch.matmul(W2, torch.relu(torch.matmul(W1, x) + b1)) + b2 + x
    return 0.5 * torch.square(yhat - y)


L(W1, b1, W2, b2, x).backward()


def relu_derivative(t):
    return (t > 0).to(torch.get_default_dtype())


def rel_error(p, q):
    """ returns relative error """
    return torch.max(torch.abs(p - q) / torch.clamp(torch.abs(p) + torch.abs(q), min=1e-8)).item()


with torch.no_grad():
    z1 = W1 @ x + b1
    a1 = torch.relu(z1)
    e = W2 @ a1 + b2 + x - y
    G_b2 = e
    G_W2 = e @ a1.mT
    G_b1 = (W2.mT @ e) * relu_derivative(z1)
    G_W1 = G_b1 @ x.mT
    G_x = e @ (1 + W2 @ torch.diag(relu_derivative(z1).squeeze()) @ W1)

print("b2 error: ", rel_error(G_b2, b2.grad))
print("W2 error: ", rel_error(G_W2, W2.grad))
print("b1 error: ", rel_error(G_b1, b1.grad))
print("W1 error: ", rel_error(G_W1, W1.grad))
print("x  error: ", rel_error(G_x, x.grad))

# extra sanity check: autograd itself against finite differences
print("gradcheck:", gradcheck(L, (W1, b1, W2, b2, x), eps=1e-6, atol=1e-4))
