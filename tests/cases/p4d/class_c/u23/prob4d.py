# Problem 4d - verify by a numerical example that I computed on paper
import torch

x = torch.tensor([[2.0]], requires_grad=True)
y = torch.tensor([[1.0]])
W1 = torch.tensor([[1.0], [-1.0], [0.5]], requires_grad=True)
b1 = torch.tensor([[0.5], [1.0], [-0.5]], requires_grad=True)
W2 = torch.tensor([[2.0, 3.0, -1.0]], requires_grad=True)
b2 = torch.tensor([[0.5]], requires_grad=True)

z1 = W1 @ x + b1                 # [2.5, -1, 0.5]
a1 = torch.relu(z1)              # [2.5, 0, 0.5]
y_hat = W2 @ a1 + b2 + x         # 5 + 0 - 0.5 + 0.5 + 2 = 7
L = 0.5 * (y_hat - y) ** 2       # 18
L.backward()

# e = 7 - 1 = 6, values from my handwritten solution
db2 = torch.tensor([[6.0]])
dW2 = torch.tensor([[15.0, 0.0, 3.0]])
dW1 = torch.tensor([[24.0], [0.0], [-12.0]])
db1 = torch.tensor([[12.0], [0.0], [-6.0]])
dx = torch.tensor([[15.0]])

print("db2", torch.equal(db2, b2.grad))
print("dW2", torch.equal(dW2, W2.grad))
print("dW1", torch.equal(dW1, W1.grad))
print("db1", torch.equal(db1, b1.grad))
print("dx", torch.equal(dx, x.grad))
