import torch

# Problem 4d, float32, h = 3
torch.manual_seed(5)
h = 3
W1 = torch.randn(h, 1).requires_grad_(True)
b1 = torch.randn(h, 1).requires_grad_(True)
W2 = torch.randn(1, h).requires_grad_(True)
b2 = torch.randn(1).requires_grad_(True)
x = torch.tensor(1.6).requires_grad_(True)
y = torch.tensor(-0.3)

pre = W1 * x + b1
act = torch.relu(pre)
pred = (W2 @ act).squeeze() + b2.squeeze() + x
mse = (pred - y) ** 2
mse.backward()

with torch.no_grad():
    g_pred = 2 * (pred - y)
    g_b2 = g_pred.reshape(1)
    g_W2 = g_pred * act.reshape(1, -1)
    s = (pre > 0).float()
    g_b1 = g_pred * W2.t() * s
    # chain rule: dL/dW1 = dL/da1 * relu'(z1) * x
    g_W1 = (g_pred * W2.t()) * s.squeeze() * x
    g_x = g_pred * (1 + (W2.squeeze() * s.squeeze() * W1.squeeze()).sum())

print("x ", abs(g_x - x.grad).item())
print("b2", (g_b2 - b2.grad).abs().max().item())
print("W2", (g_W2 - W2.grad).abs().max().item())
print("b1", (g_b1 - b1.grad).abs().max().item())
print("W1", (g_W1 - W1.grad).abs().max().item(), g_W1.shape, W1.grad.shape)
