import torch

torch.manual_seed(101)
h = 10
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)

z1 = W1 @ x + b1
z1.retain_grad()
a1 = torch.relu(z1)
a1.retain_grad()
y_hat = W2 @ a1 + b2 + x
y_hat.retain_grad()
L = 0.5 * (y_hat - y) ** 2
L.backward()

# Analytical gradients by the chain rule
dL_dyhat = y_hat - y
dL_dz1 = z1.grad

dL_db2 = dL_dyhat
dL_dW2 = dL_dyhat @ a1.T
dL_dW1 = dL_dz1 @ x.T
dL_db1 = dL_dz1
dL_dx = dL_dyhat + W1.T @ dL_dz1

tol = 1e-6
print("b2:", torch.max(torch.abs(dL_db2 - b2.grad)).item() < tol)
print("W2:", torch.max(torch.abs(dL_dW2 - W2.grad)).item() < tol)
print("W1:", torch.max(torch.abs(dL_dW1 - W1.grad)).item() < tol)
print("b1:", torch.max(torch.abs(dL_db1 - b1.grad)).item() < tol)
print("x: ", torch.max(torch.abs(dL_dx - x.grad)).item() < tol)
