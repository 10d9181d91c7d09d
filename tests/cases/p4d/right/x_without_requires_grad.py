import torch
torch.manual_seed(33)

# parameters
h = 5
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)

# data
x = torch.tensor([[0.7]])
y = torch.tensor([[1.5]])

def forward(x):
    z = W1 @ x + b1
    a = torch.relu(z)
    return z, a, W2 @ a + b2 + x

z, a, yhat = forward(x)
L = 0.5 * (yhat - y) ** 2
L.backward()

with torch.no_grad():
    e = yhat - y
    mask = (z > 0).float()
    my_db2 = e
    my_dW2 = e @ a.T
    my_db1 = (W2.T @ e) * mask
    my_dW1 = my_db1 @ x.T
    my_dx = e + W1.T @ my_db1

    # x is data so autograd has no gradient for it -> numerical check
    eps = 1e-3
    Lp = 0.5 * (forward(x + eps)[2] - y) ** 2
    Lm = 0.5 * (forward(x - eps)[2] - y) ** 2
    num_dx = (Lp - Lm) / (2 * eps)

print("b2:", torch.allclose(my_db2, b2.grad))
print("W2:", torch.allclose(my_dW2, W2.grad))
print("b1:", torch.allclose(my_db1, b1.grad))
print("W1:", torch.allclose(my_dW1, W1.grad))
print("x (numerical):", my_dx.item(), num_dx.item())
