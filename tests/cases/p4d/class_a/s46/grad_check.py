import torch

torch.manual_seed(14)

h = 4
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)


def forward():
    z1 = W1 @ x + b1
    a1 = torch.relu(z1)
    out = W2 @ a1 + b2 + x
    return z1, a1, out


def manual_grad():
    z1, a1, out = forward()
    d_out = (out - y)
    d_W2 = d_out @ a1.T
    d_b2 = d_out.sum()
    d_z1 = (W2.T @ d_out) * (z1 > 0)
    d_W1 = d_z1 @ x.T
    d_b1 = d_z1.sum()
    d_x = (W1.T @ d_z1).sum() + d_out.sum()
    return d_W1, d_b1, d_W2, d_b2, d_x


_, _, out = forward()
L = 0.5 * (out - y).pow(2).sum()
L.backward()

d_W1, d_b1, d_W2, d_b2, d_x = manual_grad()

tol = 1e-5
def check(name, m, a):
    ok = abs(m.sum() - a.sum()) < tol
    print(f"Gradient of {name}: {'Correct' if ok else 'Wrong'}")

check("W1", d_W1, W1.grad)
check("b1", d_b1, b1.grad)
check("W2", d_W2, W2.grad)
check("b2", d_b2, b2.grad)
check("x", d_x, x.grad)

# Output says Correct for all five gradients.
