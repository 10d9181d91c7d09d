import torch

torch.manual_seed(808)
h = 3
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)

z1 = W1 @ x + b1
a1 = torch.relu(z1)
yhat = W2 @ a1 + b2 + x
loss = 0.5 * (yhat - y) ** 2
loss.backward()

with torch.no_grad():
    e = yhat - y
    dLdW2 = e * a1.T
    dLdb2 = e
    dLdW1 = e * W2.T * x * (z1 > 0)
    dLdx = e * (1 + (W2.T * W1 * (z1 > 0)).sum())

print("W2:", dLdW2, W2.grad)
print("b2:", dLdb2, b2.grad)
print("W1:", dLdW1, W1.grad)
print("x:", dLdx, x.grad)
