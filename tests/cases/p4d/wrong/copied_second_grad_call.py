import torch
from torch.autograd import grad


def f(x, W1, b1, W2, b2):
    return W2 @ torch.relu(W1 @ x + b1) + b2 + x


def loss(params, y):
    return 0.5 * (f(*params) - y).pow(2).squeeze()


def setup(h=6, dtype=torch.float64):
    gen = torch.Generator().manual_seed(31)
    shapes = [(1, 1), (h, 1), (h, 1), (1, h), (1, 1)]
    return [torch.randn(s, generator=gen, dtype=dtype).requires_grad_() for s in shapes]


def analytical(params, y):
    # derivative of the loss formula w.r.t. every symbol of part (b)
    dx, dW1, db1, dW2, db2 = grad(loss(params, y), params)
    return dict(x=dx, W1=dW1, b1=db1, W2=dW2, b2=db2)


def automatic(params, y):
    loss(params, y).backward()
    return dict(zip(["x", "W1", "b1", "W2", "b2"], (p.grad for p in params)))


params = setup()
y = torch.tensor([[0.25]], dtype=torch.float64)
A = analytical(params, y)
B = automatic(params, y)
worst = 0.0
for k in A:
    err = (A[k] - B[k]).abs().max().item()
    worst = max(worst, err)
    print(f"dL/d{k:<3} analytical vs autograd: {err:.1e}")
print("worst:", worst)
