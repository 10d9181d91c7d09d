# Q4 d)
import torch
torch.manual_seed(42)

H = 4
x = torch.randn(1, requires_grad=True)
y = torch.randn(1)
w1 = torch.randn(H, 1, requires_grad=True)
bias1 = torch.randn(H, requires_grad=True)
w2 = torch.randn(1, H, requires_grad=True)
bias2 = torch.zeros(1, requires_grad=True)

# forward
pre = w1 @ x + bias1
hid = torch.relu(pre)
out = w2 @ hid + bias2
loss = ((out - y) ** 2 / 2).sum()

# autograd
loss.backward()

# by hand
with torch.no_grad():
    err = out - y
    on = (pre > 0).float()
    back = w2[0] * err * on
    g_bias2 = err
    g_w2 = (err * hid)[None, :]
    g_w1 = (back * x)[:, None]
    g_bias1 = back
    g_x = (back * w1[:, 0]).sum()

for label, by_hand, by_torch in [
    ("bias2", g_bias2, bias2.grad),
    ("w2", g_w2, w2.grad),
    ("w1", g_w1, w1.grad),
    ("bias1", g_bias1, bias1.grad),
    ("x", g_x, x.grad[0]),
]:
    print(label, "match" if torch.allclose(by_hand, by_torch, atol=1e-6) else "DIFFERENT")
