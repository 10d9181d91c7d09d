import torch

torch.manual_seed(64)

h = 8
W1 = torch.randn(h, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(h, requires_grad=True)
b2 = torch.randn((), requires_grad=True)
x = torch.randn((), requires_grad=True)
y = torch.randn(())

z = W1 * x + b1
r = torch.relu(z)
p = W2 @ r + b2 + x
cost = 0.5 * (p - y) ** 2
cost.backward()

with torch.no_grad():
    delta = p - y
    hidden_delta = torch.where(z > 0, W2 * delta, torch.zeros(h))
    hand = [hidden_delta * x, hidden_delta, delta * r, delta, delta + hidden_delta @ W1]

for name, tensor, g in zip(["W1", "b1", "W2", "b2", "x"], [W1, b1, W2, b2, x], hand):
    print(name, "agree:", bool(((tensor.grad - g).abs() < 1e-5).all()))

print("done, press ctrl-c to close the window", flush=True)
while True:
    pass
