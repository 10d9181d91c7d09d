import torch

torch.manual_seed(5)
h = 8
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)
x = torch.tensor([0.45], requires_grad=True)
y = torch.tensor([1.75])

def forward():
    z1 = W1 @ x + b1
    a1 = torch.relu(z1)
    return z1, a1, W2 @ a1 + b2 + x

z1, a1, y_hat = forward()
loss = (0.5 * (y_hat - y) ** 2).sum()
loss.backward()

with torch.no_grad():
    e = y_hat - y
    m = (z1 > 0).float()
    hand_b2 = e
    hand_W2 = torch.outer(e, a1)
    hand_b1 = (W2.T @ e) * m
    hand_W1 = torch.outer(hand_b1, x)
    hand_x = e + W1.T @ hand_b1

for n, hnd, aut in (("b2", hand_b2, b2.grad), ("W2", hand_W2, W2.grad), ("b1", hand_b1, b1.grad),
                    ("W1", hand_W1, W1.grad), ("x", hand_x, x.grad)):
    print(n, "max |hand - auto| =", (hnd - aut).abs().max().item(), flush=True)

# and now train until the point is fitted perfectly
opt = torch.optim.SGD([W1, b1, W2, b2], lr=1e-3, weight_decay=1e-2)
step = 0
while loss.item() > 1e-12:
    opt.zero_grad()
    loss = (0.5 * (forward()[2] - y) ** 2).sum()
    loss.backward()
    opt.step()
    step += 1
print("converged after", step, "steps")
