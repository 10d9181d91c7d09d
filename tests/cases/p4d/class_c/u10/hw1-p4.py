"""Problem 4 d"""
import torch

torch.manual_seed(5)
h = 5

def relu(t):
    return torch.maximum(t, torch.tensor(0.0))

x = torch.tensor([2.0], requires_grad=True)
y = torch.tensor([1.0])
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)

z1 = torch.matmul(W1, x) + b1
a1 = relu(z1)
y_hat = torch.matmul(W2, a1) + b2
loss = 0.5 * (y_hat - y) ** 2
loss.backward()

# Manual gradients
with torch.no_grad():
    err = y_hat - y
    db2 = err
    dW2 = err * a1.unsqueeze(0)
    dz1 = (W2.squeeze(0) * err) * (z1 > 0).float()
    dW1 = dz1.unsqueeze(1) * x
    db1 = dz1
    dx = (W1.squeeze(1) * dz1).sum().view(1)

print("db2:", torch.allclose(db2, b2.grad))
print("dW2:", torch.allclose(dW2, W2.grad))
print("dW1:", torch.allclose(dW1, W1.grad))
print("db1:", torch.allclose(db1, b1.grad))
print("dx :", torch.allclose(dx, x.grad))
