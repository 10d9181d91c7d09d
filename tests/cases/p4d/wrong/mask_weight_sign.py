import torch, random

# scalars everywhere so that I can follow the formulas on paper
random.seed(11)
h = 4
w  = [random.uniform(-2, 2) for _ in range(h)]
b  = [random.uniform(-2, 2) for _ in range(h)]
v  = [random.uniform(-2, 2) for _ in range(h)]
c  = random.uniform(-1, 1)
x_ = -0.8
y_ = 1.1

W = torch.tensor(w, dtype=torch.double, requires_grad=True)
B = torch.tensor(b, dtype=torch.double, requires_grad=True)
V = torch.tensor(v, dtype=torch.double, requires_grad=True)
C = torch.tensor(c, dtype=torch.double, requires_grad=True)
X = torch.tensor(x_, dtype=torch.double, requires_grad=True)

out = C + X
for k in range(h):
    out = out + V[k] * torch.relu(W[k] * X + B[k])
loss = (out - y_) ** 2
loss.backward()

e2 = 2 * (out.item() - y_)
dW, dB, dV = [], [], []
dX = e2
for k in range(h):
    pre = w[k] * x_ + b[k]
    dV.append(e2 * (pre if pre > 0 else 0.0))
    gate = 1.0 if w[k] > 0 else 0.0
    dB.append(e2 * v[k] * gate)
    dW.append(e2 * v[k] * gate * x_)
    dX += e2 * v[k] * gate * w[k]
dC = e2

print("         mine                 autograd")
print("c  %20.12f %20.12f" % (dC, C.grad.item()))
print("x  %20.12f %20.12f" % (dX, X.grad.item()))
for k in range(h):
    print("v%d %20.12f %20.12f" % (k, dV[k], V.grad[k].item()))
for k in range(h):
    print("w%d %20.12f %20.12f" % (k, dW[k], W.grad[k].item()))
for k in range(h):
    print("b%d %20.12f %20.12f" % (k, dB[k], B.grad[k].item()))
