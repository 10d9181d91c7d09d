# first try, numbers do not agree yet (see hw2.py)
import torch

torch.manual_seed(2025)
n_hidden = 12
W1 = torch.randn(n_hidden, 1, requires_grad=True)
b1 = torch.randn(n_hidden, requires_grad=True)
W2 = torch.randn(1, n_hidden, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)
x = torch.tensor([-0.7], requires_grad=True)
y = torch.tensor([1.1])

z1 = W1 @ x + b1
a1 = torch.relu(z1)
y_hat = W2 @ a1 + b2
loss = 0.5 * (y_hat - y) ** 2
loss.backward()

with torch.no_grad():
    e = y - y_hat
    dW2 = e * a1
    db2 = e
    dW1 = (W2[0] * e * x)
    db1 = W2[0] * e
    dx = (W2[0] * W1[:, 0]).sum() * e

print(W1.grad.flatten() - dW1)
print(b1.grad - db1)
print(W2.grad.flatten() - dW2)
print(b2.grad - db2)
print(x.grad - dx)
