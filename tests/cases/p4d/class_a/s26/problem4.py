import torch

torch.manual_seed(12)
hidden = 3

# x needs to be a column vector for matmul
x = torch.tensor([1.4], requires_grad=True).reshape(1, 1)
y = torch.tensor([0.2]).reshape(1, 1)

W1 = torch.randn((hidden, 1), requires_grad=True)
b1 = torch.randn((hidden, 1), requires_grad=True)
W2 = torch.randn((1, hidden), requires_grad=True)
b2 = torch.randn((1, 1), requires_grad=True)

z1 = W1 @ x + b1
a1 = torch.relu(z1)
yhat = W2 @ a1 + b2 + x
loss = 0.5 * (yhat - y) ** 2

# analytical
e = yhat - y
mask = (z1 > 0).float()
manual_db2 = e
manual_dW2 = e @ a1.T
manual_db1 = (W2.T @ e) * mask
manual_dW1 = manual_db1 @ x.T
manual_dx = e + W1.T @ manual_db1

# autograd
loss.backward()

print("diff db2", (manual_db2 - b2.grad).abs().max())
print("diff dx", (manual_dx - x.grad).abs().max())
print("diff dW2", (manual_dW2 - W2.grad).abs().max())
print("diff db1", (manual_db1 - b1.grad).abs().max())
print("diff dW1", (manual_dW1 - W1.grad).abs().max())
