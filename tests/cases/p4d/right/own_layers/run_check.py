import torch

from layers import HalfSquaredError, ResidualMLP

torch.manual_seed(0)
h = 8
W1 = torch.randn(h, 1)
b1 = torch.randn(h)
W2 = torch.randn(1, h)
b2 = torch.randn(1)
x = torch.randn(1, 1)      # one example, one feature
y = torch.randn(1, 1)

# manual backprop, no graph at all
net, crit = ResidualMLP(W1, b1, W2, b2), HalfSquaredError()
loss_manual = crit.forward(net.forward(x), y)
dx = net.backward(crit.backward())
manual = {"W1": net.fc1.dW, "b1": net.fc1.db, "W2": net.fc2.dW, "b2": net.fc2.db, "x": dx}

# autograd
leaves = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "x": x}
leaves = {k: v.clone().requires_grad_(True) for k, v in leaves.items()}
hid = torch.nn.functional.relu(leaves["x"] @ leaves["W1"].T + leaves["b1"])
out = hid @ leaves["W2"].T + leaves["b2"] + leaves["x"]
loss = 0.5 * ((out - y) ** 2).sum()
loss.backward()

print("loss", loss_manual.item(), loss.item())
for k in manual:
    print(f"{k:3s} max|manual - autograd| = {(manual[k] - leaves[k].grad).abs().max().item():.3g}")
