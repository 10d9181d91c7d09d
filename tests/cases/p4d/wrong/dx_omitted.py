import torch
import torch.nn as nn

torch.manual_seed(101)
h = 10
x = torch.tensor([[0.85]])
y = torch.tensor([[-0.6]])

fc1 = nn.Linear(1, h)
fc2 = nn.Linear(h, 1)

z1 = fc1(x)
a1 = torch.relu(z1)
y_hat = fc2(a1) + x
loss = 0.5 * ((y_hat - y) ** 2).squeeze()
loss.backward()

err = (y_hat - y).detach()
dW2 = err * a1.detach()
db2 = err.view(-1)
dz1 = (err @ fc2.weight.detach()) * (z1 > 0).float()
dW1 = dz1.t() @ x
db1 = dz1.view(-1)

print("W2 grad equal:", torch.allclose(dW2, fc2.weight.grad))
print("b2 grad equal:", torch.allclose(db2, fc2.bias.grad))
print("W1 grad equal:", torch.allclose(dW1, fc1.weight.grad))
print("b1 grad equal:", torch.allclose(db1, fc1.bias.grad))
