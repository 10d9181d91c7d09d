# Problem 4 (d)
import torch

torch.manual_seed(99)

def forward(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = torch.relu(z1)
    y_hat = W2 @ a1 + b2 + x
    return z1, a1, y_hat

def analytical(x, y, W1, b1, W2, b2)
    z1, a1, y_hat = forward(x, W1, b1, W2, b2)
    e = y_hat - y
    s = (z1 > 0).float()
    dW2 = e @ a1.T
    db2 = e
    dz1 = (W2.T @ e) * s
    dW1 = dz1 @ x.T
    db1 = dz1
    dx = e + W1.T @ dz1
    return {'W1': dW1, 'b1': db1, 'W2': dW2, 'b2': db2, 'x': dx}

h = 6
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)

_, _, y_hat = forward(x, W1, b1, W2, b2)
loss = 0.5 * (y_hat - y) ** 2
loss.backward()

auto = {'W1': W1.grad, 'b1': b1.grad, 'W2': W2.grad, 'b2': b2.grad, 'x': x.grad}
with torch.no_grad():
    manual = analytical(x, y, W1, b1, W2, b2)

for k in auto:
    print(k, torch.allclose(auto[k], manual[k], atol=1e-6))
