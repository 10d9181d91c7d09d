import numpy as np
import torch

np.random.seed(1)
hidden = 5

# numpy copies of the parameters; the torch tensors are made from them below
W1n = np.random.randn(hidden, 1)
b1n = np.random.randn(hidden)
W2n = np.random.randn(1, hidden)
b2n = np.random.randn()
xn, yn = 1.7, 0.4


def manual_gradients(W1, b1, W2, b2, x, y):
    z1 = W1.flatten() * x + b1
    h1 = np.maximum(z1, 0)
    y_pred = W2.flatten() @ h1 + b2 + x
    e = y_pred - y
    d_b2 = e
    d_W2 = e * h1
    d_h1 = e * W2.flatten()
    d_W1 = d_h1 * x
    d_b1 = d_h1
    d_x = e + np.sum(d_h1 * W1.flatten())
    return {"b2": d_b2, "W2": d_W2, "W1": d_W1, "b1": d_b1, "x": d_x}


W1 = torch.tensor(W1n, requires_grad=True)
b1 = torch.tensor(b1n, requires_grad=True)
W2 = torch.tensor(W2n, requires_grad=True)
b2 = torch.tensor(b2n, requires_grad=True)
x = torch.tensor(xn, dtype=torch.float64, requires_grad=True)
y = torch.tensor(yn, dtype=torch.float64)

z = W1[:, 0] * x + b1
y_pred = (W2[0] * torch.relu(z)).sum() + b2 + x
loss = 0.5 * (y_pred - y) ** 2
loss.backward()
auto = {"b2": b2.grad, "W2": W2.grad, "W1": W1.grad, "b1": b1.grad, "x": x.grad}

manual = manual_gradients(W1n, b1n, W2n, b2n, xn, yn)
for name in manual:
    a = auto[name].numpy().flatten()
    m = np.asarray(manual[name]).flatten()
    print(f"{name:3s} autograd {np.round(a, 4)}  manual {np.round(m, 4)}  ok={np.allclose(a, m)}")
