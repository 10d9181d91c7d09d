import torch

torch.manual_seed(42)
h = 4
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)

def forward(x):
z1 = W1 @ x + b1
a1 = torch.relu(z1)
y_hat = W2 @ a1 + b2 + x
return z1, a1, y_hat

z1, a1, y_hat = forward(x)
loss = 0.5 * (y_hat – y) ** 2
loss.backward()

# Analytical
e = (y_hat – y).detach()
s = (z1 > 0).float()
dW2 = e * a1.T
db2 = e
dz1 = W2.T * e * s
dW1 = dz1 * x
db1 = dz1
dx = e + (W1 * dz1).sum()

for name, a, b in [(“W1”, dW1, W1.grad), (“b1”, db1, b1.grad), (“W2”, dW2, W2.grad), (“b2”, db2, b2.grad), (“x”, dx, x.grad)]:
print(name, torch.allclose(a, b, atol=1e-6))
