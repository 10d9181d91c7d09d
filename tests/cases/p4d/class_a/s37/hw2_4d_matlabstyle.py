from torch import manual_seed, randn, zeros, relu

manual_seed(3)
h = 5
X = randn(1)
Y = randn(1)
W1 = randn(h)
B1 = randn(h)
W2 = randn(h)
B2 = randn(1)

# --- forward, one neuron at a time (z(k), a(k), k = 1..h) ---
Z = zeros(h)
A = zeros(h)
yhat = B2[0] + X[0]
for k in range(1, h+1):
    Z[k-1] = W1[k-1]*X[0] + B1[k-1]
    if Z[k-1] > 0:
        A[k-1] = Z[k-1]
    else:
        A[k-1] = 0
    # end
    yhat = yhat + W2[k-1]*A[k-1]
# end
E = yhat - Y[0]
J = E**2

# --- gradient, J = (yhat-y)^2 so dJ/dyhat = 2E ---
dB2 = 2*E
dW2 = zeros(h)
dB1 = zeros(h)
dW1 = zeros(h)
dX = 2*E
for k in range(1, h+1):
    dW2[k-1] = 2*E*A[k-1]
    if Z[k-1] > 0:
        dB1[k-1] = 2*E*W2[k-1]
        dW1[k-1] = 2*E*W2[k-1]*X[0]
        dX = dX + 2*E*W2[k-1]*W1[k-1]
    # end
# end

# --- same thing with autograd ---
xa = X.clone().requires_grad_(True)
w1a = W1.clone().requires_grad_(True)
b1a = B1.clone().requires_grad_(True)
w2a = W2.clone().requires_grad_(True)
b2a = B2.clone().requires_grad_(True)
Ja = (w2a.dot(relu(w1a*xa + b1a)) + b2a + xa - Y)**2
Ja.backward()

# --- table ---
print('%10s %12s %12s %10s' % ('gradient', 'formula', 'autograd', 'err'))
print('%10s %12.6f %12.6f %10.1e' % ('dJ/db2', dB2, b2a.grad[0], abs(dB2 - b2a.grad[0])))
for k in range(1, h+1):
    print('%10s %12.6f %12.6f %10.1e' % ('dJ/dW2(%d)' % k, dW2[k-1], w2a.grad[k-1], abs(dW2[k-1] - w2a.grad[k-1])))
# end
for k in range(1, h+1):
    print('%10s %12.6f %12.6f %10.1e' % ('dJ/dW1(%d)' % k, dW1[k-1], w1a.grad[k-1], abs(dW1[k-1] - w1a.grad[k-1])))
# end
for k in range(1, h+1):
    print('%10s %12.6f %12.6f %10.1e' % ('dJ/db1(%d)' % k, dB1[k-1], b1a.grad[k-1], abs(dB1[k-1] - b1a.grad[k-1])))
# end
print('%10s %12.6f %12.6f %10.1e' % ('dJ/dx', dX, xa.grad[0], abs(dX - xa.grad[0])))
