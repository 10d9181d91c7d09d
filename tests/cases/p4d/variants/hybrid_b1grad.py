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
    my_b2 = e
    my_W2 = (e * a1)[None]
    my_b1 = W2[0] * e * (z1 > 0)
    my_W1 = (b1.grad * x)[:, None]
    my_x = e + b1.grad @ W1[:, 0]
for n, m, p in [("b2", my_b2, b2), ("W2", my_W2, W2), ("b1", my_b1, b1), ("W1", my_W1, W1), ("x", my_x, x)]:
    print(n, (m - p.grad).abs().max())
