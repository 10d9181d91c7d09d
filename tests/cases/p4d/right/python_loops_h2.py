import torch

# fixed numbers so that I can redo the computation on paper
W1 = torch.tensor([0.5, -1.2], requires_grad=True)
b1 = torch.tensor([0.1, 0.4], requires_grad=True)
W2 = torch.tensor([2.0, -0.7], requires_grad=True)
b2 = torch.tensor(0.3, requires_grad=True)
x = torch.tensor(1.9, requires_grad=True)
y = torch.tensor(4.0)

yhat = b2 + x
for k in range(2):
    yhat = yhat + W2[k] * torch.relu(W1[k] * x + b1[k])
loss = (yhat - y) ** 2
loss.backward()

# paper version (no torch below this line except .tolist()/.item())
w1, c1, w2, c2 = W1.tolist(), b1.tolist(), W2.tolist(), b2.item()
xx, yy = x.item(), y.item()

z, a = [], []
for k in range(2):
    z.append(w1[k] * xx + c1[k])
    a.append(max(0.0, z[k]))
out = sum(w2[k] * a[k] for k in range(2)) + c2 + xx
r = 2 * (out - yy)

g_b2 = r
g_W2, g_W1, g_b1 = [], [], []
g_x = r
for k in range(2):
    g_W2.append(r * a[k])
    if z[k] > 0:
        g_b1.append(r * w2[k])
        g_W1.append(r * w2[k] * xx)
        g_x += r * w2[k] * w1[k]
    else:
        g_b1.append(0.0)
        g_W1.append(0.0)

print("hidden pre-activations:", z)
print("b2", round(g_b2, 4), round(b2.grad.item(), 4))
print("W2", [round(v, 4) for v in g_W2], [round(v, 4) for v in W2.grad.tolist()])
print("W1", [round(v, 4) for v in g_W1], [round(v, 4) for v in W1.grad.tolist()])
print("b1", [round(v, 4) for v in g_b1], [round(v, 4) for v in b1.grad.tolist()])
print("x ", round(g_x, 4), round(x.grad.item(), 4))
