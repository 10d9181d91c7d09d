import torch
from load_data import load

W1, b1, W2, b2, x, y = load()
for t in (W1, b1, W2, b2, x):
    t.requires_grad_()

z1 = W1 @ x + b1
a1 = torch.relu(z1)
y_hat = W2 @ a1 + b2 + x
loss = 0.5 * (y_hat - y).pow(2)
loss.backward()

with torch.no_grad():
    e = y_hat - y
    s = (z1 > 0).float()
    db2 = e
    dW2 = e * a1
    db1 = e * W2[0] * s
    dW1 = db1 * x
    dx = e * (1 + (W2[0] * s * W1[:, 0]).sum())

print("b2", (db2 - b2.grad).abs().max())
print("W2", (dW2 - W2.grad[0]).abs().max())
print("b1", (db1 - b1.grad).abs().max())
print("W1", (dW1 - W1.grad[:, 0]).abs().max())
print("x", (dx - x.grad).abs().max())
