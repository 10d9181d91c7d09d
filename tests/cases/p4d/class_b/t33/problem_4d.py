# Problem 4 part d
#
# L = 1/2 (yhat - y)^2,  yhat = W2 relu(W1 x + b1) + b2 + x

import torch

x  = torch.tensor(1.5, requires_grad=True)
y  = torch.tensor(2.0)
W1 = torch.tensor([0.4, 0.7], requires_grad=True)
b1 = torch.tensor([0.1, 0.2], requires_grad=True)
W2 = torch.tensor([0.3, -0.6], requires_grad=True)
b2 = torch.tensor(0.25, requires_grad=True)

# pytorch
z1 = W1 * x + b1
a1 = torch.relu(z1)
yhat = torch.dot(W2, a1) + b2 + x
L = 0.5 * (yhat - y) ** 2
L.backward()

# analytical gradients, component by component
e = yhat.item() - y.item()
w1, w2 = W1.tolist(), W2.tolist()
g_b2 = e
g_W2 = [e * a for a in a1.tolist()]
g_b1 = [e * w2[0], e * w2[1]]
g_W1 = [e * w2[0] * x.item(), e * w2[1] * x.item()]
g_x  = e * (1 + w2[0] * w1[0] + w2[1] * w1[1])

fmt = lambda v: ["%.5f" % u for u in (v if isinstance(v, list) else [v])]
print("gradient | analytical | autograd")
print("b2 |", fmt(g_b2), "|", fmt(b2.grad.item()))
print("W2 |", fmt(g_W2), "|", fmt(W2.grad.tolist()))
print("b1 |", fmt(g_b1), "|", fmt(b1.grad.tolist()))
print("W1 |", fmt(g_W1), "|", fmt(W1.grad.tolist()))
print("x  |", fmt(g_x), "|", fmt(x.grad.item()))

# The results are equal.
