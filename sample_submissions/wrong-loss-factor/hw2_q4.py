import torch
import torch.nn as nn

torch.manual_seed(123)


class Net(nn.Module):
    def __init__(self, h=10):
        super().__init__()
        self.fc1 = nn.Linear(1, h)
        self.fc2 = nn.Linear(h, 1)

    def forward(self, x):
        self.z1 = self.fc1(x)
        self.a1 = torch.relu(self.z1)
        return self.fc2(self.a1) + x


model = Net()
criterion = nn.MSELoss()

x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)

y_hat = model(x)
loss = criterion(y_hat, y)
loss.backward()

# analytical gradients from part (b)
with torch.no_grad():
    e = y_hat - y
    mask = (model.z1 > 0).float()
    delta1 = e * model.fc2.weight * mask        # (1, h)

    dW2 = e * model.a1
    db2 = e.view(1)
    dW1 = delta1.t() * x
    db1 = delta1.view(-1)
    dx = e + delta1 @ model.fc1.weight

print("Gradient comparison (autograd / analytical)")
print("b2:", model.fc2.bias.grad, db2)
print("W2:", model.fc2.weight.grad, dW2)
print("W1:", model.fc1.weight.grad, dW1)
print("b1:", model.fc1.bias.grad, db1)
print("x :", x.grad, dx)
print("ratio b2:", (model.fc2.bias.grad / db2).item())
print("ratio x :", (x.grad / dx).item())
