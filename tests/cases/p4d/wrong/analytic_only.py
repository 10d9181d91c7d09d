import torch

torch.manual_seed(1001)

h = 5
x = torch.randn(1)
y = torch.randn(1)
W1, b1 = torch.randn(h, 1), torch.randn(h)
W2, b2 = torch.randn(1, h), torch.randn(1)

# forward pass
z1 = W1 @ x + b1
a1 = torch.relu(z1)
y_hat = W2 @ a1 + b2 + x
loss = 0.5 * (y_hat - y) ** 2

# backward pass
dL_dyhat = y_hat - y
dL_db2 = dL_dyhat
dL_dW2 = torch.outer(dL_dyhat, a1)
dL_da1 = W2.T @ dL_dyhat
dL_dz1 = dL_da1 * (z1 > 0)
dL_dW1 = torch.outer(dL_dz1, x)
dL_db1 = dL_dz1
dL_dx = dL_dyhat + W1.T @ dL_dz1

print("Loss :", loss.item())
print("dL/db2 =", dL_db2)
print("dL/dW2 =", dL_dW2)
print("dL/dW1 =", dL_dW1)
print("dL/db1 =", dL_db1)
print("dL/dx  =", dL_dx)
