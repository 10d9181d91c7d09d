import torch
torch.manual_seed(1)
h = 4
W1, b1, W2, b2, x, y = torch.randn(h, 1), torch.randn(h, 1), torch.randn(1, h), torch.randn(1, 1), torch.randn(1, 1), torch.randn(1, 1)
z = W1 @ x + b1
a = torch.relu(z)
yhat = W2 @ a + b2 + x
e = yhat - y
print("loss", (0.5 * e ** 2).item())
dz = W2.T @ e * (z > 0)
print(dz @ x, dz, e @ a.T, e, e + W1.T @ dz)
