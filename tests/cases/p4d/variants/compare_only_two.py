import torch
torch.manual_seed(4)
h = 5
x = torch.randn(1, requires_grad=True)
y = torch.randn(1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)
z1 = W1 @ x + b1
a1 = torch.relu(z1)
yhat = W2 @ a1 + b2 + x
loss = 0.5 * (yhat - y) ** 2

loss.backward()
with torch.no_grad():
    e = yhat - y
    d = W2[0] * e * (z1 > 0)
    dW1, db1, dW2, db2, dx = (d * x)[:, None], d, (e * a1)[None], e, e + d @ W1[:, 0]
print("all analytic gradients:", dW1, db1, dW2, db2, dx)
assert torch.allclose(dW1, W1.grad)
assert torch.allclose(dx, x.grad)
