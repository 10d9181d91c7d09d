import torch
import torch.nn as nn

torch.manual_seed(2025)

# main path of the network, the skip connection is added below
main_path = nn.Sequential(
    nn.Linear(1, 10),
    nn.ReLU(),
    nn.Linear(10, 1),
)

x = torch.tensor([2.5], requires_grad=True)
y = torch.tensor([1.0])

y_hat = main_path(x) + x
criterion = lambda p, t: 0.5 * torch.sum((p - t) ** 2)
loss = criterion(y_hat, y)
main_path.zero_grad()
loss.backward()

W1, b1 = main_path[0].weight.data, main_path[0].bias.data
W2, b2 = main_path[2].weight.data, main_path[2].bias.data
x0 = x.data

z1 = W1 @ x0 + b1
a1 = torch.maximum(z1, torch.zeros_like(z1))
diff = (y_hat.data - y)

grad_b2 = diff
grad_W2 = diff.unsqueeze(1) * a1.unsqueeze(0)
delta1 = W2.squeeze(0) * diff * (z1 > 0)
grad_b1 = delta1
grad_W1 = delta1.unsqueeze(1)
grad_x = diff + (W1.squeeze(1) * delta1).sum()

print("W1  ", torch.norm(grad_W1 - main_path[0].weight.grad).item())
print("b1  ", torch.norm(grad_b1 - main_path[0].bias.grad).item())
print("W2  ", torch.norm(grad_W2 - main_path[2].weight.grad).item())
print("b2  ", torch.norm(grad_b2 - main_path[2].bias.grad).item())
print("x   ", torch.norm(grad_x - x.grad).item())
