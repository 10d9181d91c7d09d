# Problem 4d
import torch
import torch.nn as nn
import torch.nn.functional as F


class MLP(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden = nn.Linear(1, hidden_size)
        self.output = nn.Linear(hidden_size, 1)

    def forward(self, x):
        x = F.relu(self.hidden(x))
        x = self.output(x)
        return x


torch.manual_seed(0)
model = MLP(10)
x = torch.tensor([2.5], requires_grad=True)
y = torch.tensor([1.0])

pred = model(x)
loss = 0.5 * F.mse_loss(pred, y)
loss.backward()

W1, b1 = model.hidden.weight.data, model.hidden.bias.data
W2, b2 = model.output.weight.data, model.output.bias.data
x_ = x.data

# Analytical gradient
z1 = W1 @ x_ + b1
a1 = F.relu(z1)
y_hat = W2 @ a1 + b2
dy = y_hat - y
dW2 = torch.outer(dy, a1)
db2 = dy
da1 = W2.t() @ dy
dz1 = da1 * (z1 > 0)
dW1 = torch.outer(dz1, x_)
db1 = dz1
dx = W1.t() @ dz1

def compare(name, a, b):
    print("{}: {}".format(name, "match" if torch.allclose(a, b, atol=1e-6) else "NO match"))

compare("W1", dW1, model.hidden.weight.grad)
compare("b1", db1, model.hidden.bias.grad)
compare("W2", dW2, model.output.weight.grad)
compare("b2", db2, model.output.bias.grad)
compare("x", dx, x.grad)

# Discussion: every gradient matches with autograd which verifies the backpropagation formulas.
