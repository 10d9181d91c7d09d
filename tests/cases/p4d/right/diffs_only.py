import torch
import torch.nn.functional as F

h = 100
W1 = torch.nn.init.kaiming_uniform_(torch.empty(h, 1)).requires_grad_(True)
b1 = (torch.randn(h, 1) * 0.3).requires_grad_(True)
W2 = torch.nn.init.xavier_uniform_(torch.empty(1, h)).requires_grad_(True)
b2 = torch.randn(1, 1, requires_grad=True)
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)

z = W1 @ x + b1
a = F.relu(z)
yh = W2 @ a + b2 + x
F.mse_loss(yh, y).backward()

with torch.no_grad():
    d = 2 * (yh - y)
    dz = torch.where(z > 0, W2.t() @ d, torch.zeros_like(z))
    print("max |diff| b2:", (b2.grad - d).abs().max().item())
    print("max |diff| W2:", (W2.grad - d @ a.t()).abs().max().item())
    print("max |diff| W1:", (W1.grad - dz @ x.t()).abs().max().item())
    print("max |diff| b1:", (b1.grad - dz).abs().max().item())
    print("max |diff| x :", (x.grad - (d + W1.t() @ dz)).abs().max().item())
