import torch
torch.manual_seed(123)

H = 12
# I use the row convention (samples are rows) as in the lecture slides on PyTorch
X  = torch.rand(1, 1) * 4 - 2
Y  = torch.rand(1, 1)
W1 = torch.randn(H, 1)
b1 = torch.randn(1, H)
W2 = torch.randn(1, H)
b2 = torch.zeros(1, 1)

tensors = [X, W1, b1, W2, b2]
for t in tensors:
    t.requires_grad = True

Z1 = X @ W1.T + b1                  # 1 x H
A1 = torch.where(Z1 > 0, Z1, torch.zeros_like(Z1))
Yh = A1 @ W2.T + b2 + X             # 1 x 1
loss = ((Yh - Y) ** 2).sum() / 2

gX, gW1, gb1, gW2, gb2 = torch.autograd.grad(loss, tensors)

# backprop by hand
dY = Yh - Y                         # 1 x 1
db2 = dY
dW2 = dY.T @ A1                     # 1 x H
dA1 = dY @ W2                       # 1 x H
dZ1 = dA1 * (A1 > 0)                # 1 x H
db1 = dZ1
dW1 = dZ1.T @ X                     # H x 1
dX = dZ1 @ W1 + dY                  # 1 x 1, second part is the skip

names = ["X", "W1", "b1", "W2", "b2"]
for n, g, m in zip(names, (gX, gW1, gb1, gW2, gb2), (dX, dW1, db1, dW2, db2)):
    rel = (g - m).norm() / (g.norm() + m.norm() + 1e-12)
    print(f"{n}: relative error {rel.item():.3e}")
