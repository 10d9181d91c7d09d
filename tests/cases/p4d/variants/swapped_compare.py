import torch
torch.manual_seed(4)
h = 5
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)
z1 = W1 @ x + b1
a1 = torch.relu(z1)
yhat = W2 @ a1 + b2 + x
loss = 0.5 * (yhat - y) ** 2

loss.sum().backward()
with torch.no_grad():
    e = yhat - y
    d = W2.T * e * (z1 > 0)
    dW1, db1, dW2, db2, dx = d * x, d, e * a1.T, e, e + W1.T @ d
print("W1", (dW1 - b1.grad).abs().max())
print("b1", (db1 - W1.grad).abs().max())
print("W2", (dW2 - W2.grad).abs().max())
print("b2", (db2.flatten() - b2.grad).abs().max())
print("x", (dx - x.grad).abs().max())
