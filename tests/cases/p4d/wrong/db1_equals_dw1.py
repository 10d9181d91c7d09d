import torch
torch.manual_seed(3)

hidden_size = 5

x = torch.tensor([-0.7], requires_grad=True)
y = torch.tensor([0.9])
W1 = torch.randn(hidden_size, 1, requires_grad=True)
b1 = torch.randn(hidden_size, requires_grad=True)
W2 = torch.randn(1, hidden_size, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)

# Forward pass
z1 = torch.matmul(W1, x) + b1
a1 = torch.relu(z1)
y_hat = torch.matmul(W2, a1) + b2 + x
loss = 0.5 * torch.pow(y_hat - y, 2)

# Manual gradients (no autograd needed)
with torch.no_grad():
    dy_hat = y_hat - y
    grad_b2_manual = dy_hat.clone()
    grad_W2_manual = dy_hat.view(1, 1) * a1.view(1, -1)
    dz1 = (W2.view(-1) * dy_hat) * (z1 > 0).float()
    grad_W1_manual = (dz1 * x).view(-1, 1)
    grad_b1_manual = grad_W1_manual.view(-1).clone()
    grad_x_manual = dy_hat + torch.dot(W1.view(-1), dz1)

# Autograd
loss.backward()

print("=== Manual vs Autograd ===")
print("dL/db2 :", grad_b2_manual, b2.grad)
print("dL/dW2 :", grad_W2_manual, W2.grad)
print("dL/dW1 :", grad_W1_manual.T, W1.grad.T)
print("dL/db1 :", grad_b1_manual, b1.grad)
print("dL/dx  :", grad_x_manual, x.grad)
