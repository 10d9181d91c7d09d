import torch

# small example with numbers that I can check with a calculator
W1 = torch.tensor([[0.5], [1.0], [2.0]], requires_grad=True)
b1 = torch.tensor([0.1, 0.2, 0.3], requires_grad=True)
W2 = torch.tensor([[1.0, -1.0, 0.5]], requires_grad=True)
b2 = torch.tensor([0.7], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)
y = torch.tensor([1.0])

z1 = W1 @ x + b1
a1 = torch.relu(z1)
y_hat = W2 @ a1 + b2 + x
L = 0.5 * (y_hat - y) ** 2
L.backward()

e = (y_hat - y).item()
w1 = W1.detach().flatten()
w2 = W2.detach().flatten()

dL_db2 = e
dL_dW2 = e * a1.detach()
dL_db1 = e * w2
dL_dW1 = e * w2 * x.item()
dL_dx = e + e * (w2 * w1).sum()

print("e =", e)
print("dL/db2", dL_db2, b2.grad.item())
print("dL/dW2", dL_dW2.tolist(), W2.grad.flatten().tolist())
print("dL/dW1", dL_dW1.tolist(), W1.grad.flatten().tolist())
print("dL/db1", dL_db1.tolist(), b1.grad.tolist())
print("dL/dx ", dL_dx.item(), x.grad.item())
